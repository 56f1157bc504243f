/** The newest Engine API that this adapter was written for. */
const newestApi = '1.51';
/** The oldest it works with. */
export const oldestApi = '1.41';

/** True when `version` is `minimum` or later. */
export function isAtLeast(version: string, minimum: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [minimumMajor = 0, minimumMinor = 0] = minimum.split('.').map(Number);
  return major === minimumMajor ? minor >= minimumMinor : major > minimumMajor;
}

/** The version both sides speak, undefined when the engine's newest is too old. */
export function negotiateVersion(offered: string): string | undefined {
  if (!isAtLeast(offered, oldestApi)) return undefined;
  return isAtLeast(offered, newestApi) ? newestApi : offered;
}
