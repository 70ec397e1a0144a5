/** Drawings as SVG paths of 16 by 16 units. */

export const CHEVRON = 'M6 4l4 4-4 4';
export const CROSS = 'M4 4l8 8M12 4l-8 8';
export const PLUS = 'M8 3v10M3 8h10';
export const CHECK = 'M3 8.5l3.2 3.2L13 4.8';
export const UNDO = 'M6 3L3 6l3 3M3 6h6a4 4 0 010 8H7';
export const SYNC = 'M13 8a5 5 0 01-9 3M3 8a5 5 0 019-3M12 2v3H9M4 14v-3h3';
export const ALERT = 'M8 2.5L14.5 13.5h-13zM8 6.5v3.2M8 11.6v.1';
export const BRANCH =
  'M5 3v10M5 10c0-3 6-1 6-5M3.5 3a1.5 1.5 0 113 0 1.5 1.5 0 01-3 0M3.5 13a1.5 1.5 0 113 0 1.5 1.5 0 01-3 0M9.5 4a1.5 1.5 0 113 0 1.5 1.5 0 01-3 0';
export const TRASH = 'M3 4.5h10M6.5 4V2.5h3V4M4.5 4.5l.7 9h5.6l.7-9';
