import { ApiClient } from '../e2e/api-client.js';
import { type FuzzOptions, type FuzzReport, fuzz, type Persona } from './fuzz.js';

/** As one person and as nobody; what is stored cannot be seen from outside. */
export async function fuzzRunning(
  url: string,
  options: Pick<FuzzOptions, 'seed' | 'seconds' | 'requests' | 'onProgress'>,
): Promise<FuzzReport> {
  const { FUZZ_EMAIL: email = '', FUZZ_PASSWORD: password = '' } = process.env;
  const nobody: Persona = { name: 'nobody', signIn: async () => null };
  const person: Persona = {
    name: email,
    signIn: async () => (await ApiClient.signIn(url, { email, password })).token,
  };
  const known = { domain: ['orders', 'products'], marketplace: ['temu'] };
  return fuzz({ ...options, url, known, stored: null, personas: email === '' ? [nobody] : [nobody, person] });
}
