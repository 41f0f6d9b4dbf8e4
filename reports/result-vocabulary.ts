/** Words that every part of a result file uses. */
import { z } from 'zod';
import { ALL_MODES } from '../lab/modes.ts';

export const mode = z.enum(ALL_MODES);

/** What a case was tried in: real servers and clients, scripted hosts around a running director, or all in memory. */
export const labKind = z.enum(['live', 'netns', 'memory']);

export type LabKind = z.infer<typeof labKind>;
