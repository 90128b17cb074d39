/** Whether a function starts or ends a life by its name: nobody works with the state then, or everybody must wait. */
export function isLifeCycle(name: string): boolean {
  return LIFE_CYCLE.test(name);
}

const LIFE_CYCLE =
  /^_*#?(constructor|init\w*|start\w*|stop\w*|open\w*|close\w*|connect\w*|disconnect\w*|dispose\w*|destroy\w*|shutdown\w*|setup\w*|teardown\w*|reset\w*|restart\w*|terminate\w*|bootstrap\w*|launch\w*|activate\w*|enable\w*|mount\w*|unmount\w*)$/i;
