/** How long a program may take to end. SIGTERM first, always: killing a loaded process can strand wired memory. */
export const graceSeconds = 15;
