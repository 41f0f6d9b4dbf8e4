/** Something happened after which no verdict can be believed, whatever the checks would say. Exit code 5. */
export class Untrusted extends Error {
  override readonly name = 'Untrusted';
}
