import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.mjs';
import { SERVICE_NAMES, SERVICES } from './services.mjs';

/** @param {string} folder */
const application = (folder) => ({
  type: 'application',
  root: `apps/${folder}`,
  sourceRoot: `apps/${folder}/src`,
  entryFile: 'main',
  compilerOptions: { tsConfigPath: `apps/${folder}/tsconfig.app.json` },
});

/** @param {string} name */
const library = (name) => ({
  type: 'library',
  root: `libs/${name}`,
  sourceRoot: `libs/${name}/src`,
  entryFile: 'index',
});

/** The text of nest-cli.json: every program and every lib where it is. */
export function nestCliFile() {
  const { compilerOptions, ...first } = application('gateway');
  const libs = fs.readdirSync(path.join(ROOT, 'libs')).sort();
  const content = {
    $schema: 'https://json.schemastore.org/nest-cli',
    monorepo: true,
    root: first.root,
    sourceRoot: first.sourceRoot,
    entryFile: first.entryFile,
    compilerOptions: { builder: 'tsc', webpack: false, deleteOutDir: false, ...compilerOptions },
    projects: {
      ...Object.fromEntries(
        SERVICE_NAMES.map((name) => [SERVICES[name].folder, application(SERVICES[name].folder)]),
      ),
      ...Object.fromEntries(libs.map((name) => [name, library(name)])),
    },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
