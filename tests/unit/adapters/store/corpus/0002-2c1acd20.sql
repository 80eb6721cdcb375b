BEGIN TRANSACTION;
CREATE TABLE addresses (
	ip TEXT NOT NULL, 
	network TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT NOT NULL, 
	PRIMARY KEY (ip)
);
INSERT INTO "addresses" VALUES('10.9.0.16','network-15','deployment-4','instance_id-2');
INSERT INTO "addresses" VALUES('10.9.0.139','network-138','deployment-127','instance_id-125');
INSERT INTO "addresses" VALUES('10.9.1.12','network-261','deployment-250','instance_id-248');
INSERT INTO "addresses" VALUES('10.0.0.2','default','shop','cd613e30-d8f1-4adf-91b7-584a2265b1f5');
INSERT INTO "addresses" VALUES('10.0.0.3','default','shop','1e2feb89-414c-443c-9027-c4d1c386bbc4');
INSERT INTO "addresses" VALUES('10.0.0.4','default','shop','78e51061-7311-48a3-82ce-6f447ed4d57b');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE compiled_packages (
	stemcell_os TEXT NOT NULL, 
	stemcell_version TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	dependency_key TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (stemcell_os, stemcell_version, fingerprint, dependency_key)
);
INSERT INTO "compiled_packages" VALUES('stemcell_os-933','stemcell_version-935','fingerprint-931','dependency_key-932',50,'{"package":"package-930","fingerprint":"fingerprint-931","dependency_key":"dependency_key-932","stemcell_os":"stemcell_os-933","stemcell_version":"stemcell_version-935","blob":{"blob_id":"blob_id-938","digest":"digest-939","size":940}}');
INSERT INTO "compiled_packages" VALUES('stemcell_os-945','stemcell_version-947','fingerprint-943','dependency_key-944',52,'{"package":"package-942","fingerprint":"fingerprint-943","dependency_key":"dependency_key-944","stemcell_os":"stemcell_os-945","stemcell_version":"stemcell_version-947","blob":{"blob_id":"blob_id-950","digest":"digest-951","size":952}}');
CREATE TABLE configs (
	config_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	deleted BOOLEAN NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (config_id)
);
INSERT INTO "configs" VALUES(1,'cloud','default',0,94,'{"config_id":1,"kind":"cloud","name":"default","content":"azs: [{name: z1}, {name: z2}]\nvm_types: [{name: small, cloud_properties: {ram: 1}}, {name: large}]\ndisk_types: [{name: data, disk_size: 64}, {name: more, disk_size: 128}]\nnetworks:\n- name: default\n  type: manual\n  subnets:\n  - range: 10.0.0.0/24\n    gateway: 10.0.0.1\n    dns: [10.0.0.2]\n    azs: [z1, z2]\n    static: [10.0.0.100-10.0.0.110]\ncompilation: {workers: 2, network: default, az: z1, vm_type: small}\n","created_at":"2026-01-01T00:00:00+00:00","deleted":false}');
INSERT INTO "configs" VALUES(758,'kind-759','name-760',0,38,'{"config_id":758,"kind":"kind-759","name":"name-760","content":"content-761","created_at":"2026-01-02T03:04:05.000678+00:00","deleted":false}');
INSERT INTO "configs" VALUES(764,'kind-765','name-766',1,40,'{"config_id":764,"kind":"kind-765","name":"name-766","content":"content-767","created_at":"2026-01-02T03:04:05.000678+00:00","deleted":true}');
CREATE TABLE counters (
	name TEXT NOT NULL, 
	value BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('config',764);
INSERT INTO "counters" VALUES('task',1008);
CREATE TABLE deployments (
	name TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "deployments" VALUES('name-731',34,'{"name":"name-731","manifest":null,"cloud_config_ids":[],"runtime_config_ids":[],"releases":[],"stemcells":[],"variable_set":""}');
INSERT INTO "deployments" VALUES('name-733',36,'{"name":"name-733","manifest":"manifest-735","cloud_config_ids":[738],"runtime_config_ids":[741],"releases":[["releases-745","releases-747"]],"stemcells":[{"name":"name-751","version":"version-753","os":"os-754"}],"variable_set":"variable_set-756"}');
INSERT INTO "deployments" VALUES('shop',92,'{"name":"shop","manifest":null,"cloud_config_ids":[],"runtime_config_ids":[],"releases":[],"stemcells":[],"variable_set":""}');
CREATE TABLE disks (
	disk_id TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT, 
	state TEXT NOT NULL, 
	orphaned BOOLEAN NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (disk_id), 
	CONSTRAINT disks_state CHECK (state IN ('creating', 'detached', 'attaching', 'attached', 'detaching', 'orphaned', 'deleting'))
);
INSERT INTO "disks" VALUES('disk_id-531','deployment-533','instance_id-536','creating',0,18,'{"disk_id":"disk_id-531","deployment":"deployment-533","instance_id":"instance_id-536","state":"creating","size_mib":538,"cloud_properties":{"cloud_properties-539":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-543","cpi":"cpi-545","vm_cid":"vm_cid-548","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-551","az":"az-554","hint":{"hint-556":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-558','deployment-560','instance_id-563','detached',0,20,'{"disk_id":"disk_id-558","deployment":"deployment-560","instance_id":"instance_id-563","state":"detached","size_mib":565,"cloud_properties":{"cloud_properties-566":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-570","cpi":"cpi-572","vm_cid":"vm_cid-575","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-578","az":"az-581","hint":{"hint-583":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-585','deployment-587','instance_id-590','attaching',0,22,'{"disk_id":"disk_id-585","deployment":"deployment-587","instance_id":"instance_id-590","state":"attaching","size_mib":592,"cloud_properties":{"cloud_properties-593":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-597","cpi":"cpi-599","vm_cid":"vm_cid-602","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-605","az":"az-608","hint":{"hint-610":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-612','deployment-614','instance_id-617','attached',0,24,'{"disk_id":"disk_id-612","deployment":"deployment-614","instance_id":"instance_id-617","state":"attached","size_mib":619,"cloud_properties":{"cloud_properties-620":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-624","cpi":"cpi-626","vm_cid":"vm_cid-629","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-632","az":"az-635","hint":{"hint-637":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-639','deployment-641','instance_id-644','detaching',0,26,'{"disk_id":"disk_id-639","deployment":"deployment-641","instance_id":"instance_id-644","state":"detaching","size_mib":646,"cloud_properties":{"cloud_properties-647":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-651","cpi":"cpi-653","vm_cid":"vm_cid-656","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-659","az":"az-662","hint":{"hint-664":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-666','deployment-668','instance_id-671','orphaned',1,28,'{"disk_id":"disk_id-666","deployment":"deployment-668","instance_id":"instance_id-671","state":"orphaned","size_mib":673,"cloud_properties":{"cloud_properties-674":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-678","cpi":"cpi-680","vm_cid":"vm_cid-683","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-686","az":"az-689","hint":{"hint-691":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-693','deployment-695','instance_id-698','deleting',0,30,'{"disk_id":"disk_id-693","deployment":"deployment-695","instance_id":"instance_id-698","state":"deleting","size_mib":700,"cloud_properties":{"cloud_properties-701":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-705","cpi":"cpi-707","vm_cid":"vm_cid-710","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-713","az":"az-716","hint":{"hint-718":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-720','deployment-722','instance_id-725','deleting',0,32,'{"disk_id":"disk_id-720","deployment":"deployment-722","instance_id":"instance_id-725","state":"deleting","size_mib":727,"cloud_properties":{"cloud_properties-728":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":null,"cpi":"","vm_cid":null,"orphaned_at":null,"former_instance":"","az":null,"hint":null}');
CREATE TABLE instances (
	instance_id TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_group TEXT NOT NULL, 
	instance_index BIGINT NOT NULL, 
	run_state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (instance_id), 
	CONSTRAINT instances_run_state CHECK (run_state IN ('started', 'stopped', 'detached'))
);
INSERT INTO "instances" VALUES('instance_id-2','deployment-4','group-6',7,'started',2,'{"instance_id":"instance_id-2","deployment":"deployment-4","group":"group-6","index":7,"az":"az-10","bootstrap":true,"addresses":[{"network":"network-15","ip":"10.9.0.16","static":true}],"run_state":"started","spec":{"deployment":"deployment-22","group":"group-24","index":25,"instance_id":"instance_id-27","az":"az-30","bootstrap":true,"vm":{"stemcell":{"name":"name-35","version":"version-37","os":"os-38"},"cloud_properties":{"cloud_properties-39":[1,null]},"env":{"env-40":[1,null]},"networks":[{"name":"name-44","kind":"kind-45","ip":"10.9.0.46","netmask":"netmask-48","gateway":"10.9.0.49","dns":["dns-51"],"default":["default-53"],"cloud_properties":{"cloud_properties-54":[1,null]},"prefix":56,"nic_group":"nic_group-57"}],"cpi":"cpi-59","env_variables":{"env_variables-60":"env_variables-62"}},"disk":{"size_mib":65,"cloud_properties":{"cloud_properties-66":[1,null]},"disk_type":"disk_type-67"},"jobs":[{"name":"name-71","release":"release-73","release_version":"release_version-75","fingerprint":"fingerprint-76","has_post_deploy":true}],"packages":[{"name":"name-81","version":"version-82","fingerprint":"fingerprint-83","blob":{"blob_id":"blob_id-87","digest":"digest-88","size":89},"dependency_key":"dependency_key-90"}],"templates":{"configuration_hash":"configuration_hash-92","template_hashes":{"template_hashes-93":"template_hashes-94"},"context_digest":"context_digest-95","blob":{"blob_id":"blob_id-99","digest":"digest-100","size":101}},"canary_watch_time":{"min_ms":103,"max_ms":104},"update_watch_time":{"min_ms":106,"max_ms":107},"properties":{"properties-108":[1,null]},"tags":{"tags-109":"tags-110"},"lifecycle":"lifecycle-111","update_strategy":"update_strategy-112","variable_set":"variable_set-114"},"converged":true,"converged_by":118,"ignored":true,"resurrection_paused":true,"post_deployed_by":123}');
INSERT INTO "instances" VALUES('instance_id-125','deployment-127','group-129',130,'stopped',4,'{"instance_id":"instance_id-125","deployment":"deployment-127","group":"group-129","index":130,"az":"az-133","bootstrap":true,"addresses":[{"network":"network-138","ip":"10.9.0.139","static":true}],"run_state":"stopped","spec":{"deployment":"deployment-145","group":"group-147","index":148,"instance_id":"instance_id-150","az":"az-153","bootstrap":true,"vm":{"stemcell":{"name":"name-158","version":"version-160","os":"os-161"},"cloud_properties":{"cloud_properties-162":[1,null]},"env":{"env-163":[1,null]},"networks":[{"name":"name-167","kind":"kind-168","ip":"10.9.0.169","netmask":"netmask-171","gateway":"10.9.0.172","dns":["dns-174"],"default":["default-176"],"cloud_properties":{"cloud_properties-177":[1,null]},"prefix":179,"nic_group":"nic_group-180"}],"cpi":"cpi-182","env_variables":{"env_variables-183":"env_variables-185"}},"disk":{"size_mib":188,"cloud_properties":{"cloud_properties-189":[1,null]},"disk_type":"disk_type-190"},"jobs":[{"name":"name-194","release":"release-196","release_version":"release_version-198","fingerprint":"fingerprint-199","has_post_deploy":true}],"packages":[{"name":"name-204","version":"version-205","fingerprint":"fingerprint-206","blob":{"blob_id":"blob_id-210","digest":"digest-211","size":212},"dependency_key":"dependency_key-213"}],"templates":{"configuration_hash":"configuration_hash-215","template_hashes":{"template_hashes-216":"template_hashes-217"},"context_digest":"context_digest-218","blob":{"blob_id":"blob_id-222","digest":"digest-223","size":224}},"canary_watch_time":{"min_ms":226,"max_ms":227},"update_watch_time":{"min_ms":229,"max_ms":230},"properties":{"properties-231":[1,null]},"tags":{"tags-232":"tags-233"},"lifecycle":"lifecycle-234","update_strategy":"update_strategy-235","variable_set":"variable_set-237"},"converged":true,"converged_by":241,"ignored":true,"resurrection_paused":true,"post_deployed_by":246}');
INSERT INTO "instances" VALUES('instance_id-248','deployment-250','group-252',253,'detached',6,'{"instance_id":"instance_id-248","deployment":"deployment-250","group":"group-252","index":253,"az":"az-256","bootstrap":true,"addresses":[{"network":"network-261","ip":"10.9.1.12","static":true}],"run_state":"detached","spec":{"deployment":"deployment-268","group":"group-270","index":271,"instance_id":"instance_id-273","az":"az-276","bootstrap":true,"vm":{"stemcell":{"name":"name-281","version":"version-283","os":"os-284"},"cloud_properties":{"cloud_properties-285":[1,null]},"env":{"env-286":[1,null]},"networks":[{"name":"name-290","kind":"kind-291","ip":"10.9.1.42","netmask":"netmask-294","gateway":"10.9.1.45","dns":["dns-297"],"default":["default-299"],"cloud_properties":{"cloud_properties-300":[1,null]},"prefix":302,"nic_group":"nic_group-303"}],"cpi":"cpi-305","env_variables":{"env_variables-306":"env_variables-308"}},"disk":{"size_mib":311,"cloud_properties":{"cloud_properties-312":[1,null]},"disk_type":"disk_type-313"},"jobs":[{"name":"name-317","release":"release-319","release_version":"release_version-321","fingerprint":"fingerprint-322","has_post_deploy":true}],"packages":[{"name":"name-327","version":"version-328","fingerprint":"fingerprint-329","blob":{"blob_id":"blob_id-333","digest":"digest-334","size":335},"dependency_key":"dependency_key-336"}],"templates":{"configuration_hash":"configuration_hash-338","template_hashes":{"template_hashes-339":"template_hashes-340"},"context_digest":"context_digest-341","blob":{"blob_id":"blob_id-345","digest":"digest-346","size":347}},"canary_watch_time":{"min_ms":349,"max_ms":350},"update_watch_time":{"min_ms":352,"max_ms":353},"properties":{"properties-354":[1,null]},"tags":{"tags-355":"tags-356"},"lifecycle":"lifecycle-357","update_strategy":"update_strategy-358","variable_set":"variable_set-360"},"converged":true,"converged_by":364,"ignored":true,"resurrection_paused":true,"post_deployed_by":369}');
INSERT INTO "instances" VALUES('instance_id-371','deployment-373','group-375',376,'started',8,'{"instance_id":"instance_id-371","deployment":"deployment-373","group":"group-375","index":376,"az":"az-379","bootstrap":true,"addresses":[],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
INSERT INTO "instances" VALUES('cd613e30-d8f1-4adf-91b7-584a2265b1f5','shop','idle',0,'started',80,'{"instance_id":"cd613e30-d8f1-4adf-91b7-584a2265b1f5","deployment":"shop","group":"idle","index":0,"az":"z1","bootstrap":true,"addresses":[{"network":"default","ip":"10.0.0.2","static":false}],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
INSERT INTO "instances" VALUES('1e2feb89-414c-443c-9027-c4d1c386bbc4','shop','idle',1,'started',82,'{"instance_id":"1e2feb89-414c-443c-9027-c4d1c386bbc4","deployment":"shop","group":"idle","index":1,"az":"z2","bootstrap":false,"addresses":[{"network":"default","ip":"10.0.0.3","static":false}],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
INSERT INTO "instances" VALUES('78e51061-7311-48a3-82ce-6f447ed4d57b','shop','idle',2,'started',84,'{"instance_id":"78e51061-7311-48a3-82ce-6f447ed4d57b","deployment":"shop","group":"idle","index":2,"az":"z1","bootstrap":false,"addresses":[{"network":"default","ip":"10.0.0.4","static":false}],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
CREATE TABLE journal (
	sequence INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	task_id BIGINT, 
	phase TEXT NOT NULL, 
	step TEXT NOT NULL, 
	data TEXT NOT NULL, 
	PRIMARY KEY (sequence), 
	CONSTRAINT journal_phase CHECK (phase IN ('intent', 'result', 'failure', 'note'))
);
INSERT INTO "journal" VALUES(1,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(2,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(3,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(4,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(5,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(6,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(7,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(8,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(9,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(10,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(11,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(12,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(13,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(14,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(15,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(16,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(17,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(18,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(19,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(20,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(21,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(22,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(23,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(24,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(25,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(26,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(27,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(28,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(29,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(30,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(31,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(32,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(33,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(34,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(35,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(36,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(37,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(38,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(39,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(40,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(41,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(42,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(43,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(44,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(45,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(46,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(47,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(48,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(49,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(50,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(51,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(52,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(53,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(54,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(55,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(56,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(57,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(58,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(59,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(60,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(61,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(62,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(63,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(64,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(65,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(66,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(67,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(68,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(69,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(70,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(71,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(72,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(73,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(74,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(75,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(76,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(77,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(78,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(79,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(80,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(81,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(82,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(83,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(84,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(85,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(86,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(87,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(88,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(89,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(90,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(91,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(92,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(93,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(94,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(95,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(96,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(97,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(98,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
CREATE TABLE releases (
	name TEXT NOT NULL, 
	release_version TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name, release_version)
);
INSERT INTO "releases" VALUES('name-771','version-773',42,'{"name":"name-771","version":"version-773","manifest":{"name":"name-776","version":"version-778","commit_hash":"commit_hash-779","uncommitted_changes":true,"jobs":[{"name":"name-784","version":"version-785","fingerprint":"fingerprint-786","digest":"digest-787","spec":{"templates":[{"source":"source-791","destination":"destination-792"}],"packages":["packages-795"],"properties":[{"name":"name-798","description":"description-799","default":"default-801"}],"consumes":[{"name":"name-804","type":"type-805","optional":true}],"provides":[{"name":"name-809","type":"type-810","properties":["properties-812"]}],"description":"description-813","properties_schema":"properties_schema-815"}}],"packages":[{"name":"name-819","version":"version-820","fingerprint":"fingerprint-821","digest":"digest-822","dependencies":["dependencies-825"]}],"compiled_packages":[{"name":"name-829","version":"version-830","fingerprint":"fingerprint-831","digest":"digest-832","stemcell_os":"stemcell_os-833","stemcell_version":"stemcell_version-834","dependencies":["dependencies-837"]}]},"blobs":{}}');
INSERT INTO "releases" VALUES('name-839','version-841',44,'{"name":"name-839","version":"version-841","manifest":{"name":"name-844","version":"version-846","commit_hash":"commit_hash-847","uncommitted_changes":true,"jobs":[{"name":"name-852","version":"version-853","fingerprint":"fingerprint-854","digest":"digest-855","spec":{"templates":[{"source":"source-859","destination":"destination-860"}],"packages":["packages-863"],"properties":[{"name":"name-866","description":"description-867","default":"default-869"}],"consumes":[{"name":"name-872","type":"type-873","optional":true}],"provides":[{"name":"name-877","type":"type-878","properties":["properties-880"]}],"description":"description-881","properties_schema":"properties_schema-883"}}],"packages":[{"name":"name-887","version":"version-888","fingerprint":"fingerprint-889","digest":"digest-890","dependencies":["dependencies-893"]}],"compiled_packages":[{"name":"name-897","version":"version-898","fingerprint":"fingerprint-899","digest":"digest-900","stemcell_os":"stemcell_os-901","stemcell_version":"stemcell_version-902","dependencies":["dependencies-905"]}]},"blobs":{"blobs-906":{"blob_id":"blob_id-909","digest":"digest-910","size":911}}}');
CREATE TABLE rotations (
	name TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	phase TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name), 
	CONSTRAINT rotations_phase CHECK (phase IN ('replacing', 'trusting', 'signing', 'dropping'))
);
INSERT INTO "rotations" VALUES('name-1068','deployment-1070','replacing',70,'{"name":"name-1068","deployment":"deployment-1070","phase":"replacing","successors":{"successors-1072":"successors-1074"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1078}');
INSERT INTO "rotations" VALUES('name-1079','deployment-1081','trusting',72,'{"name":"name-1079","deployment":"deployment-1081","phase":"trusting","successors":{"successors-1083":"successors-1085"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1089}');
INSERT INTO "rotations" VALUES('name-1090','deployment-1092','signing',74,'{"name":"name-1090","deployment":"deployment-1092","phase":"signing","successors":{"successors-1094":"successors-1096"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1100}');
INSERT INTO "rotations" VALUES('name-1101','deployment-1103','dropping',76,'{"name":"name-1101","deployment":"deployment-1103","phase":"dropping","successors":{"successors-1105":"successors-1107"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1111}');
INSERT INTO "rotations" VALUES('name-1112','deployment-1114','dropping',78,'{"name":"name-1112","deployment":"deployment-1114","phase":"dropping","successors":{"successors-1116":"successors-1118"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":null}');
CREATE TABLE settings (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "settings" VALUES('director_uuid','5a1c7e1d-0000-4000-8000-000000000001');
CREATE TABLE stemcells (
	name TEXT NOT NULL, 
	stemcell_version TEXT NOT NULL, 
	cpi TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name, stemcell_version, cpi)
);
INSERT INTO "stemcells" VALUES('name-913','version-915','',46,'{"name":"name-913","version":"version-915","os":"os-916","cid":"cid-918","cpi":"","api_version":2}');
INSERT INTO "stemcells" VALUES('name-920','version-922','cpi-927',48,'{"name":"name-920","version":"version-922","os":"os-923","cid":"cid-925","cpi":"cpi-927","api_version":928}');
INSERT INTO "stemcells" VALUES('made-up','1.1','',96,'{"name":"made-up","version":"1.1","os":"made-up","cid":"stemcell-e99630f73a52bc23","cpi":"","api_version":2}');
CREATE TABLE tasks (
	task_id INTEGER NOT NULL, 
	deployment TEXT, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (task_id), 
	CONSTRAINT tasks_state CHECK (state IN ('queued', 'processing', 'cancelling', 'cancelled', 'done', 'error', 'timeout'))
);
INSERT INTO "tasks" VALUES(1,'shop','processing',98,'{"task_id":1,"state":"processing","description":"a test","kind":"update_deployment","request":{"manifest":"name: shop\nreleases: []\nstemcells: [{alias: default, os: made-up, version: latest}]\nupdate: {canaries: 1, max_in_flight: 2, canary_watch_time: 1000-9000, update_watch_time: 1000-9000}\ninstance_groups:\n- name: idle\n  instances: 3\n  azs: [z1, z2]\n  vm_type: small\n  stemcell: default\n  networks: [{name: default}]\n  jobs: []\n","manifest_name":"manifest.yml","cloud_config_ids":[],"runtime_config_ids":[],"recreate":false,"fix":false,"dry_run":false,"skip_drain":[],"canaries":null,"max_in_flight":null},"deployment":"shop","user":"me","created_at":"2026-01-01T00:00:00+00:00","started_at":"2026-01-01T00:00:00+00:00","finished_at":null,"result":null,"context_id":""}');
INSERT INTO "tasks" VALUES(954,'deployment-961','cancelled',54,'{"task_id":954,"state":"cancelled","description":"description-956","kind":"kind-957","request":{"request-958":[1,null]},"deployment":"deployment-961","user":"user-962","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-969","context_id":"context_id-970"}');
INSERT INTO "tasks" VALUES(972,'deployment-979','done',56,'{"task_id":972,"state":"done","description":"description-974","kind":"kind-975","request":{"request-976":[1,null]},"deployment":"deployment-979","user":"user-980","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-987","context_id":"context_id-988"}');
INSERT INTO "tasks" VALUES(990,'deployment-997','error',58,'{"task_id":990,"state":"error","description":"description-992","kind":"kind-993","request":{"request-994":[1,null]},"deployment":"deployment-997","user":"user-998","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-1005","context_id":"context_id-1006"}');
INSERT INTO "tasks" VALUES(1008,'deployment-1015','done',60,'{"task_id":1008,"state":"done","description":"description-1010","kind":"kind-1011","request":{"request-1012":[1,null]},"deployment":"deployment-1015","user":"user-1016","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":null,"finished_at":null,"result":null,"context_id":""}');
CREATE TABLE variable_sets (
	deployment TEXT NOT NULL, 
	set_id TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (deployment, set_id)
);
INSERT INTO "variable_sets" VALUES('deployment-1053','set_id-1055',66,'{"deployment":"deployment-1053","set_id":"set_id-1055","versions":{"versions-1056":"versions-1058"},"created_at":"2026-01-02T03:04:05.000678+00:00"}');
INSERT INTO "variable_sets" VALUES('deployment-1061','set_id-1063',68,'{"deployment":"deployment-1061","set_id":"set_id-1063","versions":{"versions-1064":"versions-1066"},"created_at":"2026-01-02T03:04:05.000678+00:00"}');
CREATE TABLE variables (
	variable_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	number BIGINT NOT NULL, 
	deployment TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (variable_id)
);
INSERT INTO "variables" VALUES('variable_id-1019','name-1020',1021,'deployment-1023',62,'{"variable_id":"variable_id-1019","name":"name-1020","number":1021,"deployment":"deployment-1023","variable_type":"variable_type-1024","sealed":"sealed-1025","created_at":"2026-01-02T03:04:05.000678+00:00","created_by":null,"options":{},"alternative_names":[],"certificate":null,"signed_by":null,"waiting":false}');
INSERT INTO "variables" VALUES('variable_id-1028','name-1029',1030,'deployment-1032',64,'{"variable_id":"variable_id-1028","name":"name-1029","number":1030,"deployment":"deployment-1032","variable_type":"variable_type-1033","sealed":"sealed-1034","created_at":"2026-01-02T03:04:05.000678+00:00","created_by":1038,"options":{"options-1039":[1,null]},"alternative_names":["alternative_names-1041"],"certificate":{"subject":"subject-1044","not_before":"2026-01-02T03:04:05.000678+00:00","not_after":"2026-01-02T03:04:05.000678+00:00","is_authority":true},"signed_by":"signed_by-1050","waiting":true}');
CREATE TABLE vms (
	agent_id TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (agent_id), 
	CONSTRAINT vms_state CHECK (state IN ('creating', 'running', 'deleting'))
);
INSERT INTO "vms" VALUES('agent_id-382','deployment-384','instance_id-387','creating',10,'{"agent_id":"agent_id-382","deployment":"deployment-384","instance_id":"instance_id-387","state":"creating","stemcell":{"name":"name-391","version":"version-393","os":"os-394"},"cloud_properties":{"cloud_properties-395":[1,null]},"env_digest":"env_digest-396","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-400","cpi":"cpi-402","active":true,"purpose":"purpose-404","created_by":407,"networks":[{"name":"name-411","kind":"kind-412","ip":"10.9.1.163","netmask":"netmask-415","gateway":"10.9.1.166","dns":["dns-418"],"default":["default-420"],"cloud_properties":{"cloud_properties-421":[1,null]},"prefix":423,"nic_group":"nic_group-424"}]}');
INSERT INTO "vms" VALUES('agent_id-426','deployment-428','instance_id-431','running',12,'{"agent_id":"agent_id-426","deployment":"deployment-428","instance_id":"instance_id-431","state":"running","stemcell":{"name":"name-435","version":"version-437","os":"os-438"},"cloud_properties":{"cloud_properties-439":[1,null]},"env_digest":"env_digest-440","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-444","cpi":"cpi-446","active":true,"purpose":"purpose-448","created_by":451,"networks":[{"name":"name-455","kind":"kind-456","ip":"10.9.1.207","netmask":"netmask-459","gateway":"10.9.1.210","dns":["dns-462"],"default":["default-464"],"cloud_properties":{"cloud_properties-465":[1,null]},"prefix":467,"nic_group":"nic_group-468"}]}');
INSERT INTO "vms" VALUES('agent_id-470','deployment-472','instance_id-475','deleting',14,'{"agent_id":"agent_id-470","deployment":"deployment-472","instance_id":"instance_id-475","state":"deleting","stemcell":{"name":"name-479","version":"version-481","os":"os-482"},"cloud_properties":{"cloud_properties-483":[1,null]},"env_digest":"env_digest-484","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-488","cpi":"cpi-490","active":true,"purpose":"purpose-492","created_by":495,"networks":[{"name":"name-499","kind":"kind-500","ip":"10.9.2.1","netmask":"netmask-503","gateway":"10.9.2.4","dns":["dns-506"],"default":["default-508"],"cloud_properties":{"cloud_properties-509":[1,null]},"prefix":511,"nic_group":"nic_group-512"}]}');
INSERT INTO "vms" VALUES('agent_id-514','deployment-516','instance_id-519','deleting',16,'{"agent_id":"agent_id-514","deployment":"deployment-516","instance_id":"instance_id-519","state":"deleting","stemcell":{"name":"name-523","version":"version-525","os":"os-526"},"cloud_properties":{"cloud_properties-527":[1,null]},"env_digest":"env_digest-528","created_at":"2026-01-02T03:04:05.000678+00:00","cid":null,"cpi":"","active":true,"purpose":"instance","created_by":null,"networks":[]}');
INSERT INTO "vms" VALUES('35bf992d-c9e9-4616-a12e-7696a6cecc1b','shop','cd613e30-d8f1-4adf-91b7-584a2265b1f5','creating',86,'{"agent_id":"35bf992d-c9e9-4616-a12e-7696a6cecc1b","deployment":"shop","instance_id":"cd613e30-d8f1-4adf-91b7-584a2265b1f5","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-cff975546dbd2756","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.2","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}]}');
INSERT INTO "vms" VALUES('e4b06ce6-0741-47a8-bce4-2c8218072e8c','shop','1e2feb89-414c-443c-9027-c4d1c386bbc4','creating',88,'{"agent_id":"e4b06ce6-0741-47a8-bce4-2c8218072e8c","deployment":"shop","instance_id":"1e2feb89-414c-443c-9027-c4d1c386bbc4","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-f24aa8d1e03f773d","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.3","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}]}');
INSERT INTO "vms" VALUES('9b810e76-6ec9-4286-a3ca-828dd5f4b3b2','shop','78e51061-7311-48a3-82ce-6f447ed4d57b','creating',90,'{"agent_id":"9b810e76-6ec9-4286-a3ca-828dd5f4b3b2","deployment":"shop","instance_id":"78e51061-7311-48a3-82ce-6f447ed4d57b","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-29c7a9dc654966eb","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.4","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}]}');
CREATE INDEX addresses_instance_id ON addresses (instance_id);
CREATE INDEX configs_kind_name ON configs (kind, name);
CREATE INDEX disks_deployment ON disks (deployment);
CREATE INDEX disks_orphaned ON disks (orphaned);
CREATE INDEX instances_deployment ON instances (deployment);
CREATE INDEX journal_task_id ON journal (task_id, sequence);
CREATE INDEX tasks_deployment ON tasks (deployment);
CREATE INDEX tasks_state ON tasks (state);
CREATE INDEX vms_deployment ON vms (deployment);
CREATE INDEX vms_instance_id ON vms (instance_id);
CREATE UNIQUE INDEX variables_name_number ON variables (name, number);
CREATE INDEX variables_deployment ON variables (deployment);
COMMIT;
