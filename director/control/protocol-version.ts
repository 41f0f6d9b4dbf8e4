/** Of what is said over the control socket. A director answers requests of its own version only. */
export const PROTOCOL_VERSION = 1;
