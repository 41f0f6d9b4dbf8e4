/** A script asks a station for what its network cannot do. */
export class StationError extends Error {
  override readonly name = 'StationError';
}
