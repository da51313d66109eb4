// Builds the objects that the module tells, field by field: only names and numbers cross.

let stack = [{}];

const put = (name, value) => {
  const top = stack[stack.length - 1];
  if (Array.isArray(top)) top.push(value);
  else top[name] = value;
  return value;
};

export const number = put;

export const text = put;

export const open = (name, isArray) => stack.push(put(name, isArray ? [] : {}));

export const close = () => stack.pop();

/** What was built since the last time. */
export function built() {
  const value = stack[0][''];
  stack = [{}];
  return value;
}
