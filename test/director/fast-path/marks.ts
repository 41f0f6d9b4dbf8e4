/** Marks of packets that the programs know: of what the director has handed back, and of what is sent on. */
export const HANDED_BACK_MARK = 0x7a;
export const SENT_MARK = 0x7b;
