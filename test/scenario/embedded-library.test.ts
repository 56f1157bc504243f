import { describe, expect, test } from 'vitest';
import { followGuide } from './library/guide.ts';
import { withLibrary } from './library/world.ts';

describe('the library without containers', () => {
  test('does what the guide says; roles can be swapped and the old primary comes back', async () => {
    await withLibrary('embedded', async (world) => {
      await followGuide(world);
      const { checkout, sql } = world;
      expect(await checkout.orq(['rejoin'])).toMatchObject({ code: 0 });
      const swapped = await checkout.orq(['switchover']);
      expect(swapped, swapped.stderr).toMatchObject({ code: 0 });
      await expect(sql('postgres_primary', 'SELECT pg_is_in_recovery()')).resolves.toBe('f');
      await expect(sql('postgres_replica', 'SELECT pg_is_in_recovery()')).resolves.toBe('t');
      expect(await checkout.orq(['replication', 'status'])).toMatchObject({ code: 0 });
    });
  }, 480_000);
});
