interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

interface Details {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly causes?: readonly Cause[];
}

/** A refusal of the API server; its body is a Status. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Details | undefined;

  constructor(code: number, reason: string, { message, details }: { message: string; details?: Details }) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  body(): object {
    const { code, reason, message, details } = this;
    const head = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' };
    return { ...head, message, reason, code, ...(details === undefined ? {} : { details }) };
  }
}

/** What a refusal is about: `secrets "x"`, or `statefulsets.apps "x"`. */
export interface Subject {
  readonly resource: string;
  readonly group: string;
  readonly name: string;
}

const words = ({ resource, group, name }: Subject): string =>
  `${resource}${group === '' ? '' : `.${group}`} "${name}"`;
const detailsOf = ({ resource, group, name }: Subject): Details => ({
  name,
  kind: resource,
  ...(group === '' ? {} : { group }),
});

export function notFound(subject: Subject): StatusError {
  return new StatusError(404, 'NotFound', {
    message: `${words(subject)} not found`,
    details: detailsOf(subject),
  });
}

export function alreadyExists(subject: Subject): StatusError {
  return new StatusError(409, 'AlreadyExists', {
    message: `${words(subject)} already exists`,
    details: detailsOf(subject),
  });
}

export function changedMeanwhile(subject: Subject): StatusError {
  return new StatusError(409, 'Conflict', {
    message: `Operation cannot be fulfilled on ${words(subject)}: the object has been modified; please apply your changes to the latest version and try again`,
    details: detailsOf(subject),
  });
}

/** The object of that name is not the one that is meant. */
export function otherUid(
  { group, name }: Subject,
  { kind, uid, is = '' }: { readonly kind: string; readonly uid: string; readonly is: string | undefined },
): StatusError {
  const full = group === '' ? kind : `${kind}.${group}`;
  return new StatusError(409, 'Conflict', {
    message: `Operation cannot be fulfilled on ${full} "${name}": the UID in the precondition (${uid}) does not match the UID in record (${is}). The object might have been deleted and then recreated`,
    details: { name, kind, ...(group === '' ? {} : { group }) },
  });
}

/** The answer to a DELETE that is done. */
export function deleted(subject: Subject): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: detailsOf(subject) };
}

export function forbidden(subject: Subject, why: string): StatusError {
  return new StatusError(403, 'Forbidden', {
    message: `${words(subject)} is forbidden: ${why}`,
    details: detailsOf(subject),
  });
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', { message });
}

/** Wrong fields, each with its place. */
export function invalid(kind: string, subject: Subject, causes: readonly Cause[]): StatusError {
  const list = causes.map(({ field, message }) => `${field}: ${message}`);
  const joined = list.length === 1 ? list[0] : `[${list.join(', ')}]`;
  const group = subject.group === '' ? '' : `.${subject.group}`;
  return new StatusError(422, 'Invalid', {
    message: `${kind}${group} "${subject.name}" is invalid: ${joined ?? ''}`,
    details: { ...detailsOf(subject), kind, causes },
  });
}

/** Fields that others manage. */
export function applyConflict(
  conflicts: readonly { readonly manager: string; readonly field: string; readonly apiVersion: string }[],
): StatusError {
  const causes = conflicts.map(({ manager, field, apiVersion }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with "${manager}" using ${apiVersion}`,
    field,
  }));
  const plural = causes.length === 1 ? 'conflict' : 'conflicts';
  const list = causes.map(({ message, field }) => `${message}: ${field}`).join(', ');
  return new StatusError(409, 'Conflict', {
    message: `Apply failed with ${causes.length} ${plural}: ${list}`,
    details: { causes },
  });
}
