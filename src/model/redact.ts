const secretName =
  /pass(word|wd|phrase)?|pwd|secret|token|credential|private|api_?key|access_?key|auth(?!or)/i;
const urlPassword = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s@/]+@/gi;

/** What stands in place of a secret. */
const redacted = '••••';

/** True when a variable or field of this name usually holds a secret. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** Hides passwords inside URLs. */
export function redactText(text: string): string {
  return text.replace(urlPassword, `$1${redacted}@`);
}

/** Value of a named field as it may be shown. */
export function redactValue(name: string, value: string): string {
  return isSecretName(name) ? redacted : redactText(value);
}
