/** Networks in memory, under a virtual clock. */
export {
  type CapturedFrame,
  type InterfaceCapture,
  type MemoryHost,
  MemoryNetwork,
} from './memory-network.ts';
export { VirtualClock } from './virtual-clock.ts';
