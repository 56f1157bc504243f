import { StringDecoder } from 'node:string_decoder';
import { isObject, parseJson, type JsonObject } from './json-fields.ts';

/** The objects of a stream of JSON documents, one a line. */
export async function* readJsonLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<JsonObject> {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  for await (const chunk of chunks) {
    const lines = (pending + decoder.write(chunk)).split('\n');
    pending = lines.pop() ?? '';
    yield* lines.map(parseJson).filter(isObject);
  }
  const last = parseJson(pending);
  if (isObject(last)) yield last;
}
