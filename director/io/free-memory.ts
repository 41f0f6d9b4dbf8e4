/** Free memory of the machine, as the kernel's IPVS counts it: what nobody uses, and buffers (proc(5), /proc/meminfo). */
import { readFileSync } from 'node:fs';

const PAGE_KIB = 4;

/** In pages of 4 KiB. Without end where it cannot be told. */
export function freePages(text?: string): number {
  const [free, buffers] = ['MemFree', 'Buffers'].map((name) => {
    const [, kib] = new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(text ?? memoryInfo()) ?? [];
    return kib === undefined ? Number.POSITIVE_INFINITY : Number(kib);
  }) as [number, number];
  return Math.floor((free + buffers) / PAGE_KIB);
}

function memoryInfo(): string {
  try {
    return readFileSync('/proc/meminfo', 'utf8');
  } catch {
    return '';
  }
}
