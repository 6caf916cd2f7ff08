package io.mooring.controller.target;

/**
 * How a node is to have a volume.
 *
 * @param readOnly whether its writes are refused
 * @param exclusive whether no other node may have the volume meanwhile
 * @param block whether pods see a raw device, not a file system
 */
public record NodeUse(boolean readOnly, boolean exclusive, boolean block) {}
