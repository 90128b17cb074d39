import { enter } from './order.js';

export const begin = (): Promise<() => void> => enter();
