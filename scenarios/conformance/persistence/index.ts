/** Cases of persistent services. */
import type { PacketCase } from '../../kit/packet-case.ts';
import { exceptions } from './exceptions.ts';
import { expiry } from './expiry.ts';
import { sticking } from './sticking.ts';
import { templates } from './templates.ts';

export const persistenceCases: readonly PacketCase[] = [...sticking, ...templates, ...exceptions, ...expiry];
