"""Sweepers that know what they have done: only missing and failed jobs run again."""
