import type { Database } from '#runtime';

/** Database clock less ours: replicas' own clocks must not decide which of two readings is the later one. */
export async function clockOffset(database: Pick<Database, 'query'>): Promise<number> {
  const before = Date.now();
  const [row] = await database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  return row === undefined ? 0 : row.now.getTime() - Math.round((before + Date.now()) / 2);
}
