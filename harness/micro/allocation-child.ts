/** A process in which nothing else goes on, so that the heap it measures is that of packets alone. */
import { allocation } from './allocation.ts';

process.stdout.write(JSON.stringify(await Array.fromAsync(allocation())));
