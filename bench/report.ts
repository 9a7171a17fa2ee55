/** One line of the report: a number of this machine, or a ratio that holds on others too. */
export interface Figure {
  readonly name: string;
  readonly value?: number;
  readonly ratio?: number;
  readonly goal?: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** @param share 0.99: as many of them are not above it */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}

export function print(title: string, figures: readonly Figure[]): void {
  process.stdout.write(`\n${title}\n`);
  for (const { name, value, ratio, goal } of figures) {
    const shown =
      ratio === undefined ? Math.round(value ?? Number.NaN).toLocaleString('en') : `${ratio.toFixed(3)} x`;
    process.stdout.write(
      `  ${name.padEnd(72)} ${shown.padStart(12)}${goal === undefined ? '' : `   (goal ${goal})`}\n`,
    );
  }
}
