export { alarmExists } from "./alarm-exists";
export { alarmHeard } from "./alarm-heard";
export { alarmSound } from "./alarm-sound";
export { currentClass } from "./current-class";
export { estimateWithinBudget } from "./estimate-within-budget";
export { oneRegion } from "./one-region";
export { serviceInRegion } from "./service-in-region";
export { tagged } from "./tagged";
