import { openClient } from './library-client.ts';
import { endpoints, say, setting } from './settings.ts';

const timeoutMs = 2000;

/** Asks a service a real question: whether it does its work now. */
export async function checkHealth(service: string): Promise<boolean> {
  if (service === 'locust_web') return pageAnswers();
  const address = service === 'gestor_carga' ? endpoints.frontDoor() : endpoints.storage();
  const client = openClient({ address, timeoutMs, tries: 1 });
  try {
    const { ok, mensaje, ...rest } = await client.ask({ operacion: 'estado' });
    const [, topic] = /^actor_(\w+)$/.exec(service) ?? [];
    const actors: unknown = rest['actores'];
    const isThere = topic === undefined || (Array.isArray(actors) && actors.includes(topic));
    say(isThere ? mensaje : `El actor de ${topic} no pregunta.`);
    return isThere && (topic !== undefined || ok);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return false;
  } finally {
    client.close();
  }
}

async function pageAnswers(): Promise<boolean> {
  const answer = await fetch(setting('PAGINA', 'http://127.0.0.1:8089/')).catch(() => undefined);
  return answer?.ok === true;
}
