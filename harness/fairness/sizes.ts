/** Real servers of a network, and of what is played in its stead. */
export const SERVERS = 3;
