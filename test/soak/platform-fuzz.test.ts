import { expect, test } from 'vitest';
import { closeCheckout, openCheckout } from '../scenario/embedded-sandbox.ts';
import { client } from '../scenario/platform/client.ts';
import { fuzz } from '../scenario/platform/fuzz.ts';

test('ten thousand wrong requests: no defect, no hang', async () => {
  const checkout = await openCheckout({
    ORCHESTRATOR_RATE_LIMIT: '1000000',
    ORCHESTRATOR_LOGIN_LIMIT: '1000000',
  });
  try {
    expect(await checkout.orq(['up'])).toMatchObject({ code: 0 });
    let done = 0;
    for (let seed = 1; done < 10_000; seed++) {
      // Access tokens are short-lived: a new one for each thousand.
      const admin = await client(checkout, 'testuser', 'testpassword');
      const { failures, answered } = await fuzz(admin, { requests: 1000, seed });
      expect(failures, `seed ${seed}`).toEqual([]);
      done += answered;
    }
    expect(done).toBe(10_000);
  } finally {
    await closeCheckout(checkout);
  }
});
