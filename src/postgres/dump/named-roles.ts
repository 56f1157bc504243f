const name = String.raw`(?:"(?:[^"]|"")+"|[A-Za-z_\u0080-\u00ff][\w$\u0080-\u00ff]*)`;
const list = String.raw`(${name}(?:\s*,\s*${name})*)`;

/** Where pg_dump names roles; the lexer has taken literals and comments out. */
const places = [
  String.raw`^\s*alter\b[\s\S]*\bowner\s+to\s+${list}\s*$`,
  String.raw`^\s*(?:grant|alter\s+default)\b[\s\S]*\bto\s+${list}(?:\s+with\s+grant\s+option)?\s*$`,
  String.raw`^\s*(?:revoke|alter\s+default)\b[\s\S]*\bfrom\s+${list}(?:\s+cascade)?\s*$`,
  String.raw`^\s*alter\s+default\s+privileges\s+for\s+role\s+${list}`,
  String.raw`^\s*create\s+policy\b[\s\S]*?\bto\s+${list}(?:\s+(?:using|with)\b|\s*$)`,
  String.raw`^\s*create\s+schema\b[\s\S]*\bauthorization\s+${list}`,
  String.raw`^\s*create\s+user\s+mapping\s+for\s+${list}`,
  String.raw`^\s*set\s+session\s+authorization\s+${list}\s*$`,
].map((pattern) => new RegExp(pattern, 'i'));

/** Words that stand for a role, and roles that every server has. */
const known = /^(public|current_user|current_role|session_user|default|pg_.*)$/;

/** Roles that a statement of pg_dump needs. */
export function namedRoles(statement: string): readonly string[] {
  return places
    .flatMap((place) => place.exec(statement)?.[1]?.match(new RegExp(name, 'g')) ?? [])
    .map(plain)
    .filter((role) => !known.test(role));
}

/** Whether a script may make roles itself, as pg_dump's never does. */
export function mayMakeRoles(statement: string): boolean {
  return /^\s*(do|call|select\s+(?!pg_catalog\.)|create\s+(role|user(?!\s+mapping)|group))\b/i.test(
    statement,
  );
}

/** The lexer reads bytes as Latin-1. */
function plain(text: string): string {
  const bytes = Buffer.from(text, 'latin1').toString('utf8');
  return bytes.startsWith('"') ? bytes.slice(1, -1).replaceAll('""', '"') : bytes.toLowerCase();
}
