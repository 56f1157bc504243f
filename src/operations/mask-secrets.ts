import { isSecretName } from '../model/redact.ts';
import type { Project } from '../model/project.ts';

/** Replaces secrets of a project by stable placeholders, and tells whether a text still holds one. */
export interface SecretMask {
  mask(text: string): string;
  /** Names of the secrets that a text still holds. */
  leaks(text: string): readonly string[];
}

interface Secret {
  readonly name: string;
  readonly value: string;
  /** Also an ordinary word of the project (a service, a user): replaced only where it stands as a secret. */
  readonly ordinary: boolean;
}

const urlCredentials = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@"']*):([^\s@"']+)@/gi;

/** Makes the mask from the project's environment variables and the passwords inside its URLs. */
export function secretMask(project: Project): SecretMask {
  const secrets = secretsOf(project);
  const names = ['url', ...secrets.map(({ name }) => name)];
  return {
    mask: (text) =>
      secrets
        .reduce(maskOne, text.replace(urlCredentials, `$1:${mark(0)}@`))
        .replace(marks, (_mark, index: string) => `<secret:${names[Number(index)]}>`),
    leaks: (text) => {
      const rest = text.replaceAll(placeholder, '');
      return secrets
        .filter((secret) => (secret.ordinary ? standsAsSecret(secret, rest) : rest.includes(secret.value)))
        .map(({ name }) => name);
    },
  };
}

function secretsOf(project: Project): readonly Secret[] {
  const words = ordinaryWords(project);
  const entries = Object.values(project.services).flatMap(({ environment }) => Object.entries(environment));
  const named = entries.filter(([name, value]) => isSecretName(name) && value !== '');
  const inUrls = entries.flatMap(([name, value]) =>
    [...value.matchAll(urlCredentials)].map((match): [string, string] => [
      `${name} password`,
      match[2] ?? '',
    ]),
  );
  const decoded = inUrls.flatMap(([name, value]): [string, string][] => {
    const plain = percentDecoded(value);
    return plain === value ? [] : [[name, plain]];
  });
  const unique = new Map([...named, ...inUrls, ...decoded].map(([name, value]) => [value, name]));
  return [...unique]
    .map(([value, name]) => ({ name, value, ordinary: words.has(value) || value.length < 4 }))
    .sort((a, b) => b.value.length - a.value.length);
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function ordinaryWords(project: Project): ReadonlySet<string> {
  const services = Object.values(project.services);
  const values = services.flatMap(({ environment }) =>
    Object.entries(environment).flatMap(([name, value]) => (isSecretName(name) ? [] : [value])),
  );
  const images = services.flatMap(({ image }) => image.split(/[/:@]/));
  return new Set([...Object.keys(project.services), project.name, ...values, ...images]);
}

const placeholder = /<secret:[^>]*>/g;

/** Stands for a placeholder until all are found: a placeholder's own words may be somebody's password. */
function mark(index: number): string {
  return `\uE000${index}\uE001`;
}

const marks = /\uE000(\d+)\uE001/g;

function maskOne(text: string, secret: Secret, index: number): string {
  const stand = mark(index + 1);
  if (!secret.ordinary) return text.replaceAll(secret.value, stand);
  return text.replaceAll(
    asSecret(secret),
    (_match, before: string, quote: string) => `${before}${quote}${stand}`,
  );
}

function standsAsSecret(secret: Secret, text: string): boolean {
  return asSecret(secret).test(text);
}

/** `NAME=value`, `NAME: value` or `"NAME": "value"` of any name that holds a secret. */
function asSecret({ name, value }: Secret): RegExp {
  const escape = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(\\b${escape(name)}"?\\s*[=:]\\s*)(["']?)${escape(value)}(?![\\w-])`, 'g');
}
