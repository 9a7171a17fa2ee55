/** Whether every import keeps the rules of `.dependency-cruiser.mjs`. */
import { cruise } from 'dependency-cruiser';
import { RUNS } from '../.dependency-cruiser.mjs';
import { plainCommandLine } from './lib/command-line.mjs';
import { ROOT } from './lib/paths.mjs';

plainCommandLine({
  usage: 'node scripts/check-boundaries.mjs',
  what: 'Who imports whom, by the rules in .dependency-cruiser.mjs; no circle between folders.',
});
let isClean = true;
for (const { folders, options } of RUNS) {
  const { output, exitCode } = await cruise(folders, { ...options, baseDir: ROOT, outputType: 'err-long' });
  if (exitCode !== 0) process.stdout.write(String(output));
  isClean &&= exitCode === 0;
}
if (isClean) process.stdout.write('every import keeps the rules of .dependency-cruiser.mjs\n');
else process.exitCode = 1;
