/** What has to be said before anything else is loaded, lest an older Node stops at what it does not know in some dependency. */
import packageJson from '../package.json' with { type: 'json' };

const [, wantedMajor = 0, wantedMinor = 0] = (/(\d+)\.(\d+)/.exec(packageJson.engines.node) ?? []).map(
  Number,
);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
  const error = new Error(
    `lvs-lab: needs Node ${wantedMajor}.${wantedMinor} or later; this is ${process.version}`,
  );
  // Where it was thrown is of no use to anybody.
  delete error.stack;
  throw error;
}
