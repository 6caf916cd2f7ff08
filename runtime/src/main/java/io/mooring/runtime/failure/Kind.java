package io.mooring.runtime.failure;

/**
 * What sort of failure it is, in the words of the CSI specification's error scheme. Each kind is
 * one gRPC status code of the same name; the translation is made once, in the rpc package.
 */
public enum Kind {
  /** The request can never be served as it stands. */
  INVALID_ARGUMENT,
  /** The object that the request names does not exist. */
  NOT_FOUND,
  /** An object of that name exists and differs from what was asked for. */
  ALREADY_EXISTS,
  /** A pool, a LUN range or another bounded thing is used up; it may be served later. */
  RESOURCE_EXHAUSTED,
  /** The state of the object or the host forbids it; somebody has to act first. */
  FAILED_PRECONDITION,
  /** Another operation on the same object is under way; try again. */
  ABORTED,
  /** A number, mostly a capacity, is outside what can be served. */
  OUT_OF_RANGE,
  /** The call is not offered. */
  UNIMPLEMENTED,
  /** A command, a kernel interface or our own code did what it should not. */
  INTERNAL,
  /** A peer or a device cannot be reached now; try again. */
  UNAVAILABLE,
  /** Not done in time; the work may still go on, and a retry joins it. */
  DEADLINE_EXCEEDED,
  /** The caller is not who may ask for this. */
  PERMISSION_DENIED
}
