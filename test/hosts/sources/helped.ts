// Nothing here says that a turn is taken: the names of the helpers do not either.
import { enter } from './order.js';
import { begin } from './steps.js';

export async function directly(url: string): Promise<void> {
  const leave = await enter();
  await fetch(url);
  leave();
}

export async function byAnother(url: string): Promise<void> {
  const leave = await begin();
  await fetch(url);
  leave();
}
