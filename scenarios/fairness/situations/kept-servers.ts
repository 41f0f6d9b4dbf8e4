/** Why situations keep their own servers where a user asks for others: the reasons that several share. */

export const ONE_CHANGES = 'One of three equal servers changes, and the figures are about that one.';

export const EQUAL_SHOW = 'Three equal servers show best whether all of them are used alike.';

export const MEASURED_ONCE = 'As many connections are drawn as its weights need for an error of 3 % to show.';
