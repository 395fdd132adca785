/** Pixels from 0 to the highest bar. */
export const CHART_HEIGHT = 180;
/** Room for half a letter above the highest line. */
export const CHART_TOP = 8;
