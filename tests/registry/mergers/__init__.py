"""Tests of mergers: on one frozen day, with two municipalities that have something of each kind."""
