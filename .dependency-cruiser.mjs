/**
 * The arrows between folders: harness → scenarios → lab, harness → reports, and all of them → director/index.ts.
 * `npm run check` fails on an import against them, and on folders of the director that import each other in a circle.
 */

/** What each top-level folder may import beside itself; the director only by its public face. */
const ARROWS = {
  native: [],
  statistics: [],
  director: ['native'],
  lab: ['director', 'native'],
  scenarios: ['lab', 'director', 'statistics'],
  reports: ['director', 'statistics'],
  harness: ['scenarios', 'reports', 'lab', 'director', 'native', 'statistics'],
};

/**
 * The public face of the director, the programs that the harness starts, four small modules that may be imported
 * without loading a whole director (the base class of all errors, streams by lines, what becomes of output that is lost,
 * and how text from elsewhere is shown), and its part in the kernel, which whoever does without needs no native code for.
 */
const DIRECTOR_ENTRANCES = [
  'director/index.ts',
  'director/coded-error.ts',
  'director/lines.ts',
  'director/lost-output.ts',
  'director/shown-text.ts',
  'director/main.ts',
  'director/ipvsadm.ts',
  'director/fast-path/fast-path.ts',
];

/**
 * Tables of facts that the reports may read too: they import nothing but types, and with them a report names and orders
 * modes as everything else does.
 */
const FACTS = ['lab/modes.ts'];

const FOLDERS = Object.keys(ARROWS);
const within = (folders) => `^(${folders.join('|')})/`;
const exactly = (files) => `^(${files.join('|')})$`;
const allowedFrom = (folder) => [
  within([folder, ...ARROWS[folder]]),
  ...(folder === 'reports' ? [exactly(FACTS)] : []),
];

export default {
  forbidden: [
    ...FOLDERS.map((folder) => ({
      name: `${folder}-knows-only-what-is-below-it`,
      severity: 'error',
      comment: `${folder}/ may import ${ARROWS[folder].join(', ') || 'nothing'} beside itself.`,
      from: { path: within([folder]) },
      to: { path: within(FOLDERS), pathNot: allowedFrom(folder) },
    })),
    {
      name: 'facts-import-only-types',
      severity: 'error',
      comment: 'Tables of facts run no other code, so whoever reads one depends on nothing else.',
      from: { path: exactly(FACTS) },
      to: { dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'director-by-its-public-face',
      severity: 'error',
      comment:
        'Others import the director from director/index.ts alone; errors extend director/coded-error.ts.',
      from: { path: within(FOLDERS), pathNot: '^director/' },
      to: { path: '^director/', pathNot: DIRECTOR_ENTRANCES.map((file) => `^${file}$`) },
    },
    {
      name: 'core-without-system-calls',
      severity: 'error',
      comment: 'The packet path knows nothing of how frames get in and out.',
      from: { path: '^director/core[.]ts$' },
      to: { path: ['^director/io/', '^director/fast-path/', '^native/'], reachable: true },
    },
    {
      name: 'no-circle-of-files',
      severity: 'error',
      from: { path: within(FOLDERS) },
      to: { circular: true },
    },
    {
      name: 'no-circle-of-the-directors-folders',
      severity: 'error',
      scope: 'folder',
      from: { path: '^director/' },
      to: { circular: true },
    },
    {
      name: 'only-what-is-declared',
      severity: 'error',
      comment: 'A package that is not in package.json may be gone after the next install.',
      from: { path: within(FOLDERS) },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Results: the self-test leaves directors with a mutation in them there.
    exclude: { path: '^reports/out/' },
    tsPreCompilationDeps: true,
    metrics: true,
  },
};
