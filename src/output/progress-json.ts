import type { Emit } from '../model/events.ts';
import { planText } from '../plan/plan-text.ts';
import { schemaVersion } from './json-document.ts';
import { stepSubject, stepWords } from './step-words.ts';
import type { TextSink } from './terminal.ts';

/** Progress as one JSON object a line. */
export function jsonProgress(sink: TextSink): Emit {
  return (event) => {
    const { type, ...rest } = event;
    const step = 'step' in event ? stepFields(event.step) : {};
    const plan = event.type === 'planned' ? { plan: planText(event.plan) } : {};
    const error =
      event.type === 'step-failed' ? { error: { code: event.error.code, message: event.error.message } } : {};
    sink.write(`${JSON.stringify({ schemaVersion, type, ...rest, ...step, ...plan, ...error })}\n`);
  };
}

function stepFields(step: Parameters<typeof stepSubject>[0]): object {
  return {
    step: step.number,
    resource: step.resource,
    subject: stepSubject(step),
    action: step.action.kind,
    text: stepWords(step).doing,
  };
}
