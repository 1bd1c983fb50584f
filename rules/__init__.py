"""The rules of running a plan: days, deadlines, states, the ladder. Pure: values in, values out, no clock, no I/O."""
