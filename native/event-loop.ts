/** Node's own event loop, as something else that can be waited for. */
import { isMainThread } from 'node:worker_threads';
import koffi from 'koffi';

/**
 * The file descriptor that can be read when the event loop of the main thread has something to do: a signal, a request on a
 * socket, work that another thread has done; not timers. So a call that waits for descriptors can wait for Node as well.
 *
 * Undefined on other threads, and where Node does not offer its libuv to others.
 */
export function eventLoopDescriptor(): number | undefined {
  if (!isMainThread) return undefined;
  try {
    const node = koffi.load(null);
    const loop = node.func('void *uv_default_loop()')();
    const descriptor = node.func('int uv_backend_fd(void *loop)')(loop) as number;
    return descriptor >= 0 ? descriptor : undefined;
  } catch {
    return undefined;
  }
}
