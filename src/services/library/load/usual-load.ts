import type { Mix } from './run-load.ts';

/** Load when nothing else is asked for: mostly questions, and as many returns as loans. */
export const usualMix: Mix = { consulta: 70, prestamo: 13, devolucion: 13, renovacion: 4 };

/** The books that the library opens with. */
export const usualBooks = ['978-0134685991', '978-0135957059', '978-0596007126', '978-1491950357'] as const;
