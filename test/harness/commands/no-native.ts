/** Loaded before the program: any module that calls the operating system past Node is refused. */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    if (/\/native\/|koffi/.test(resolved.url)) {
      throw new Error(`${context.parentURL} loads ${specifier}, which calls the operating system`);
    }
    return resolved;
  },
});
