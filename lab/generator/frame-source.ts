/** Something that sends frames at one aim, many with one call. */
export interface FrameSource {
  /** How the frames are made, in words. */
  readonly method: string;
  /** Sends `count` frames, of flows in no order that means anything. Returns how many surely went. */
  send(count: number): number;
  close(): void;
}
