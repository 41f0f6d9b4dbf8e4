/**
 * What other people's programs and tests import as `lvs-lab`: a network, a director in it, traffic, and what the
 * captures say of it. Matchers for Vitest are in `lvs-lab/vitest`. Needs root, as everything that builds networks.
 */
import './needs-node.ts';

export type { DirectorSnapshot } from '../director/index.ts';
export type { LabHost, Mode, Topology } from '../lab/index.ts';
export type { CaseResult, Hop, Result } from '../reports/result.ts';
export { type BenchOptions, type BenchRun, bench } from './bench.ts';
export { type Config, defineConfig } from './config.ts';
export { type DirectorOptions, director, type TestDirector } from './director.ts';
export { expectFlow, type FlowExpectations } from './expect-flow.ts';
export type { Flow } from './flow.ts';
export { type LabOptions, lab, type TestLab } from './lab.ts';
