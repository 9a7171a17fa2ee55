/**
 * `node dist/tools/generate-services.js`: writes deploy/services.json, from which scripts and deploy/ learn which programs
 * there are, what each may be told and what each user of the bus may do. They run before anything is built.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { type BusUser, CONTEXTS, SERVICES } from '#contracts';
import { descriptorOf, MARKETPLACES } from '#marketplaces';
import { permissionsOf } from '#messaging';
import { declaredVariables } from '#runtime';

/** What a program's config.ts exports: a class of `@Env` fields, or the names themselves where it stands alone. */
type Exported = (new () => object) | readonly string[];

/** @throws Error naming the file that has to be there, or what it lacks. */
async function ownSettings(name: string, folder: string): Promise<string[]> {
  const source = `apps/${folder}/src/config.ts`;
  const compiled = new URL(`../apps/${folder}/src/config.js`, import.meta.url);
  if (!existsSync(compiled)) {
    throw new Error(`${source} is missing: it declares the variables that ${name} may be told.`);
  }
  const exported: Record<string, Exported> = await import(compiled.href);
  const names = Object.values(exported).flatMap((one) => {
    if (Array.isArray(one)) return one;
    return typeof one === 'function' ? declaredVariables(one as new () => object) : [];
  });
  if (names.length === 0) {
    throw new Error(`${source} declares no variable: export a class whose fields carry @Env.`);
  }
  return names;
}

/** Of every marketplace, for those that call them: `settings.ts` of its folder, and `auth.settings.ts` where shops are authorised. */
async function marketplaceSettings(use: 'to read' | 'to authorise' | null): Promise<string[]> {
  if (use === null) return [];
  const modules = await Promise.all(MARKETPLACES.map((marketplace) => descriptorOf(marketplace).load()));
  return modules.flatMap(({ Settings, AuthSettings }) =>
    (use === 'to authorise' ? [Settings, AuthSettings] : [Settings]).flatMap(declaredVariables),
  );
}

const services: Record<string, object> = {};
for (const [name, service] of Object.entries(SERVICES)) {
  const settings = [
    ...(await ownSettings(name, service.folder)),
    ...(await marketplaceSettings(service.callsMarketplaces)),
  ];
  services[name] = { ...service, settings: [...new Set(settings)].sort() };
}
const users: readonly BusUser[] = [...CONTEXTS, 'admin'];
const bus = Object.fromEntries(users.map((user) => [user, permissionsOf(user)]));
writeFileSync('deploy/services.json', `${JSON.stringify({ services, bus }, null, 2)}\n`);
