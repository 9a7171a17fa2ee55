/**
 * Who may import whom, by pattern: a new app, lib, marketplace or folder is under the rules without being named.
 * `npm run check` reads this (scripts/check-boundaries.mjs); the layers are drawn in docs/architecture.md.
 */
import fs from 'node:fs';

/** Texts of what is said: the one part of contracts that knows nothing of the others. */
const SAID = 'libs/contracts/src/said/';

/** What a marketplace is, as data: the one part of marketplace that knows nothing of the others. */
const DESCRIPTORS = 'libs/marketplace/src/descriptors.ts';

/** What a lib may import of the others, lowest first. A lib that is not named here may import none. */
const LAYERS = {
  contracts: [DESCRIPTORS],
  runtime: [SAID],
  marketplace: [SAID, 'libs/runtime/'],
  lists: [DESCRIPTORS, 'libs/contracts/', 'libs/runtime/'],
  messaging: ['libs/contracts/', 'libs/runtime/'],
  sync: ['libs/contracts/', 'libs/runtime/', 'libs/lists/', 'libs/messaging/', 'libs/marketplace/'],
  testing: ['libs/contracts/', 'libs/runtime/', 'libs/messaging/', 'libs/marketplace/', 'libs/sync/'],
};

/** What is there for tests, and tests themselves. */
const TESTS =
  '(\\.(int-|e2e-)?spec\\.(ts|tsx|mjs)|\\.fixture\\.ts)$|^(apps|libs)/[^/]+/test/|^libs/testing/|^(test|bench)/';

/** Commands that bring up a house of their own to try it; the others speak with the one that runs. */
const TRIALS = '^tools/(?:chaos|dump|fuzz)(?:/|\\.|-)';

/** Files that are delivered; no folder may match, it would be left out whole. */
const DELIVERED =
  '^(apps|libs)/(?!testing/|[^/]+/test/|.*(\\.(int-|e2e-)?spec\\.tsx?|\\.fixture\\.ts)$).+\\.tsx?$';

/** Folders of `libs/marketplace/src` that are no marketplace. */
const SHARED_BY_MARKETPLACES = '(?:call|reading|payload)';

/** Who may name a marketplace. */
const REGISTRATION = `^${DESCRIPTORS}$`;

/** The doors of the libs: what `#name` leads to. */
const { imports } = JSON.parse(fs.readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const DOORS = Object.values(imports).map(({ types }) => `^${types.slice(2)}$`);

const libRule = (lib, allowed) => ({
  name: `layers: ${lib}`,
  comment: `libs/${lib} stands on ${allowed.join(', ') || 'no other lib'}.`,
  severity: 'error',
  from: { path: `^libs/${lib}/`, pathNot: TESTS },
  to: {
    path: '^libs/',
    pathNot: [lib, ...allowed].map((each) => `^${each === lib ? `libs/${lib}/` : each}`),
  },
});

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const BOUNDARIES = [
  {
    name: 'every import leads somewhere',
    comment: 'A rule cannot see what is not found.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'an app never imports another',
    comment: 'Say it over the bus, through #contracts. The marketplaces are known by HTTP only.',
    severity: 'error',
    from: { path: '^apps/([^/]+)/' },
    to: { path: '^apps/', pathNot: '^apps/$1/' },
  },
  {
    name: 'a lib never imports an app',
    severity: 'error',
    from: { path: '^libs/' },
    to: { path: '^apps/' },
  },
  {
    name: 'sandbox and page stand alone',
    comment:
      'The sandbox is an independent reading of the protocol; the page knows the API through its generated client.',
    severity: 'error',
    from: { path: '^apps/(sandbox|web)/' },
    to: { path: '^(libs|scripts|deploy|test|bench|tools)/' },
  },
  ...Object.entries(LAYERS).map(([lib, allowed]) => libRule(lib, allowed)),
  {
    name: 'layers: a lib that is not named',
    comment: 'Give it its place in LAYERS of .dependency-cruiser.mjs.',
    severity: 'error',
    from: { path: '^libs/([^/]+)/', pathNot: `^libs/(?:${Object.keys(LAYERS).join('|')})/` },
    to: { path: '^libs/', pathNot: '^libs/$1/' },
  },
  {
    name: 'a lib has one door',
    comment: 'Import #name; what others need is exported by its index.ts.',
    severity: 'error',
    from: { path: '^(?:apps|libs)/([^/]+)/', pathNot: TESTS },
    to: { path: '^libs/[^/]+/src/', pathNot: ['^libs/$1/', ...DOORS] },
  },
  {
    name: 'said knows nothing',
    comment: 'Every lib may say something, so it stands below all.',
    severity: 'error',
    from: { path: `^${SAID}`, pathNot: TESTS },
    to: { path: '^(apps|libs)/', pathNot: `^${SAID}` },
  },
  {
    name: 'a descriptor is data',
    comment:
      'contracts is made of descriptors, so what they import at once stands below it; load() brings the rest.',
    severity: 'error',
    from: { path: '^libs/marketplace/src/(?:descriptors?|[^/]+/descriptor)\\.ts$' },
    to: { path: '^(apps|libs)/', pathNot: '^libs/marketplace/', dynamic: false },
  },
  {
    name: 'a marketplace stays in its folder',
    comment: 'Only the registration knows it; all others ask the descriptor.',
    severity: 'error',
    from: {
      path: '^(?:apps|libs)/',
      pathNot: [REGISTRATION, TESTS, `^libs/marketplace/src/(?!${SHARED_BY_MARKETPLACES}/)[^/]+/`],
    },
    to: { path: `^libs/marketplace/src/(?!${SHARED_BY_MARKETPLACES}/)[^/]+/` },
  },
  {
    name: 'a marketplace never imports another',
    severity: 'error',
    from: { path: `^libs/marketplace/src/((?!${SHARED_BY_MARKETPLACES}/)[^/]+)/` },
    to: {
      path: '^libs/marketplace/src/[^/]+/',
      pathNot: `^libs/marketplace/src/($1|${SHARED_BY_MARKETPLACES})/`,
    },
  },
  {
    name: 'what is for tests stays with tests',
    comment: 'Commands that try the whole house live in tools/ and are made of what tests it.',
    severity: 'error',
    from: { pathNot: [TESTS, TRIALS] },
    to: { path: TESTS },
  },
  {
    name: 'scripts run before anything is built',
    comment: 'What needs the compiled code lives in tools/.',
    severity: 'error',
    from: { path: '^(scripts|deploy)/', pathNot: TESTS },
    to: { path: '^(apps|libs|test|bench|tools)/', dynamic: false },
  },
];

/** @type {import('dependency-cruiser').IForbiddenRuleType} */
const FOLDERS = {
  name: 'no circle of folders',
  comment: 'Move the shared piece below both.',
  scope: 'folder',
  severity: 'error',
  from: { path: '^(apps|libs)/[^/]+/src/' },
  to: { circular: true },
};

const OPTIONS = {
  validate: true,
  // Imports of types too: who reads a file has to read what its types are.
  tsPreCompilationDeps: true,
  // These are judged where the skeleton's test puts them: among the marketplaces.
  exclude: { path: ['^dist/', 'node_modules', '^test/skeleton/(?:marketplace|conformance)/'] },
  skipAnalysisNotInRules: true,
  enhancedResolveOptions: {
    // `#contracts` and its like lead to the sources, as TypeScript takes them.
    conditionNames: ['types', 'import', 'node', 'default'],
    exportsFields: ['exports'],
    extensions: ['.ts', '.tsx', '.d.ts', '.mjs', '.js'],
    cachedInputFileSystem: { cacheDuration: 60_000 },
  },
};

/**
 * What is looked at, in two runs that read each file once: circles of folders are looked for in what is delivered; tests
 * may reach anywhere in their app.
 * @type {{ folders: string[], options: import('dependency-cruiser').ICruiseOptions }[]}
 */
export const RUNS = [
  {
    folders: ['apps', 'libs'],
    options: { ...OPTIONS, doNotFollow: { path: TESTS }, ruleSet: { forbidden: [...BOUNDARIES, FOLDERS] } },
  },
  {
    folders: ['apps', 'libs', 'test', 'bench', 'tools', 'scripts', 'deploy'],
    options: { ...OPTIONS, doNotFollow: { path: DELIVERED }, ruleSet: { forbidden: BOUNDARIES } },
  },
];
