'use strict';
/** Stands in the shipped drivers for packages that nothing of ours reaches; if something did, this says so instead of doing something else. */
const notShipped = () => {
  throw new Error('This part of the driver is not shipped.');
};
module.exports = Object.assign(notShipped, { parse: notShipped });
