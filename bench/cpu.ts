import { readFile } from 'node:fs/promises';
import type { Figure } from './report.js';

/** Linux counts in hundredths of a second, whatever the kernel's own clock. */
const TICKS_A_SECOND = 100;

/** Seconds of CPU that each part has used so far: user and system time of its processes. */
export type CpuSeconds = ReadonlyMap<string, number>;

/** Who a process is: a service, the sandbox, the bus, or Postgres for one of the roles. */
function partOf(command: string): string | undefined {
  const [, role] = /^postgres: (\S+) \S+ [\d.]+\(\d+\)/.exec(command) ?? [];
  if (role !== undefined) return `Postgres for ${role}`;
  if (command.startsWith('postgres: ')) return 'Postgres itself';
  if (command.includes('nats-server')) return 'NATS';
  return /apps\/([a-z-]+)\/src\/main\.js/.exec(command)?.[1];
}

/** The processes below `pids`; on a machine that others use too, this says more than a clock. */
export async function cpuSeconds(pids: readonly number[]): Promise<CpuSeconds> {
  const seconds = new Map<string, number>();
  for (const pid of pids) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
    const part = partOf(command.replaceAll('\0', ' '));
    if (part === undefined) continue;
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
    // After the name in brackets: state is the first, user and system time the 12th and 13th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const used = (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
    if (Number.isFinite(used)) seconds.set(part, (seconds.get(part) ?? 0) + used);
  }
  return seconds;
}

/** What was used between two looks for one of `count`, in ms: all parts together under `name`, then each, dearest first. */
export function cpuFigures(name: string, before: CpuSeconds, after: CpuSeconds, count: number): Figure[] {
  const parts = [...after]
    .map(([part, seconds]) => ({ part, seconds: seconds - (before.get(part) ?? 0) }))
    .filter(({ seconds }) => seconds >= 0.05)
    .sort((a, b) => b.seconds - a.seconds);
  const all = parts.reduce((sum, { seconds }) => sum + seconds, 0);
  return [{ part: name, seconds: all }, ...parts.map((each) => ({ ...each, part: `  ${each.part}` }))].map(
    ({ part, seconds }) => ({ name: part, value: (seconds * 1000) / count }),
  );
}
